import { createTheme } from '@mantine/core'

/** Behaviour of Mantine's parts that all of them share; looks come from the tokens in mantine-map.css. */
export const theme = createTheme({
  fontFamily: 'var(--font)',
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    // The placeholder is a focusable child of role=menu that is no item; the first item gets the focus instead.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // Enter takes the first that fits, and never lets go of what is chosen: that is what the cross is for.
    Select: { defaultProps: { selectFirstOptionOnChange: true, allowDeselect: false, comboboxProps: { transitionProps: { duration: 0 } }, withCheckIcon: true, maxDropdownHeight: 280 } },
    // A hint stands below its field: fields of one row begin at one height.
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    MultiSelect: { defaultProps: { comboboxProps: { transitionProps: { duration: 0 } }, maxDropdownHeight: 280 } },
  },
})
