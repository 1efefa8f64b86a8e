import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { IconCheck } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import type { Notification } from '../api/types.ts'
import { when } from '../lib/format.ts'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { endingText, gainPages, gainText, kindText, noticeIcons, pageOf, titleOf } from './notice-words.ts'
import { useRead, useSharedName } from './use-notices.ts'

/** What it tells, about what, from whom; following it marks it as read. */
export function NoticeLine({ notice, onFollow }: { notice: Notification; onFollow?: () => void }) {
  const { t } = useTranslation()
  const names = useNames()
  const read = useRead()
  const page = pageOf(notice)
  const isNew = notice.readTime === undefined
  const follow = () => {
    if (isNew && !notice.mustRead) read.mutate(notice.id)
    onFollow?.()
  }
  const shared = useSharedName(notice)
  const own = titleOf(notice, t) || shared
  const title = own || t(notice.importEnding ? 'imports.noName' : 'notices.outOfReach')
  const meta = [endingText(notice, t), names.person(notice.senderId), when(notice.createTime), notice.dueTime ? t('notices.due', { time: when(notice.dueTime) }) : ''].filter(Boolean).join(' · ')
  return (
    <li className={`notice ${isNew ? 'new' : ''}`}>
      <Icon of={noticeIcons[notice.kind]} />
      <span className="grow">
        <span className="soft">{t(`notices.kind.${notice.kind}`)}</span>
        {!own && notice.gains.length > 0 ? null : page ? <Link className="link medium what" {...page} onClick={follow}>{title}</Link> : <span className="what">{title}</span>}
        {notice.gains.length > 0 ? (
          <span className="gains num">
            {notice.gains.map((gain) => {
              const list = gainPages[gain.kind]
              return (
                <span key={gain.kind}>
                  {gainText(gain, t)}
                  {list ? <>{' · '}<Link className="link in-text" {...list} onClick={follow} aria-label={t('notices.mineOf', { kind: kindText(gain, t) })}>{t('notices.mine')}</Link></> : null}
                </span>
              )
            })}
          </span>
        ) : null}
        <span className="meta num">{meta}</span>
      </span>
      {isNew ? <IconButton size="sm" icon={IconCheck} label={t('notices.readOf', { title: (own || notice.gains.map((gain) => gainText(gain, t)).join(', ') || title).slice(0, 60) })} onClick={() => read.mutate(notice.id)} /> : null}
    </li>
  )
}
