import { createContext, use, type ComponentProps } from 'react'
import { Button } from './button.tsx'

/** Of the form that a button stands in: goes on at once where nothing was entered, else once it is saved. */
export const Onward = createContext<(to: () => void) => void>((to) => to())

/** In the foot of a form: leads to another dialog in its place, which knows of saved facts alone. */
export function OnwardButton({ to, ...rest }: ComponentProps<typeof Button> & { to: () => void }) {
  const goOn = use(Onward)
  return <Button {...rest} onClick={() => goOn(to)} />
}
