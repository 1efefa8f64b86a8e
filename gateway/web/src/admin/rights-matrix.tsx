import { Fragment, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Section } from '../api/types.ts'
import { actions, areasOf, cellKey, nextScope, scopes, type Matrix, type Scope } from './rights-model.ts'
import { ScopeCell } from './scope-cell.tsx'

type Props = { sections: Section[]; saved: Matrix; now: Matrix; disabled: boolean; onChange: (section: string, action: string, scope: Scope | undefined) => void }

/** Sections by actions. Arrows walk, 1-4 set the reach, 0 takes the right away, X forbids. */
export function RightsMatrix({ sections, saved, now, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const [at, setAt] = useState({ row: 0, column: 0 })
  const areas = areasOf(sections)
  const flat = areas.flatMap(([, inArea]) => inArea)
  const walk = (row: number, column: number) => {
    const next = { row: Math.min(Math.max(row, 0), flat.length - 1), column: Math.min(Math.max(column, 0), actions.length - 1) }
    const cell = document.querySelector<HTMLElement>(`[data-cell="${next.row}-${next.column}"]`)
    if (!cell) return
    setAt(next)
    cell.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const section = flat[at.row]
    const action = actions[at.column]!
    const digit = /^Digit([0-4])$/.exec(event.code)?.[1]
    const arrows: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
    const arrow = arrows[event.key]
    if (event.ctrlKey || event.metaKey || event.altKey || !section) return
    if (arrow) walk(at.row + arrow[0], at.column + arrow[1])
    else if (digit && !disabled) onChange(section.name, action, digit === '0' ? undefined : scopes[Number(digit) - 1])
    else if (event.code === 'KeyX' && !disabled) onChange(section.name, action, 'deny')
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <table className="mxt" onKeyDown={onKeyDown}>
      <colgroup>
        <col />
        {actions.map((action) => <col key={action} className="mx-col" />)}
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{t('rights.section')}</th>
          {actions.map((action) => <th key={action} scope="col">{t(`words.action.${action}`)}</th>)}
        </tr>
      </thead>
      <tbody>
        {areas.map(([area, inArea]) => (
          <Fragment key={area}>
            <tr className="mg"><th scope="colgroup" colSpan={actions.length + 1}>{t(`words.area.${area}`, { defaultValue: area })}</th></tr>
            {inArea.map((section) => {
              const row = flat.indexOf(section)
              const name = t(`words.section.${section.name}`, { defaultValue: section.name })
              return (
                <tr key={section.name}>
                  <th scope="row" className="mn cut" title={name}>{name}</th>
                  {actions.map((action, column) => {
                    const key = cellKey(section.name, action)
                    if (!(section.actions as string[]).includes(action)) return <td key={action} aria-hidden="true" />
                    return (
                      <td key={action}>
                        <ScopeCell
                          scope={now[key]} changed={saved[key] !== now[key]} disabled={disabled} label={`${name}, ${t(`words.action.${action}`)}`} row={row} column={column}
                          focusable={at.row === row && at.column === column} onFocus={() => setAt({ row, column })} onPress={() => onChange(section.name, action, nextScope(now[key]))}
                        />
                      </td>
                    )
                  })}
                </tr>
              )
            })}
          </Fragment>
        ))}
      </tbody>
    </table>
  )
}
