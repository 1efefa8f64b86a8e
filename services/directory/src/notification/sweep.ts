import { whole, type Deps, type Sweep } from '@vitrylo/service'
import { tellForgotten } from './batch.ts'
import { pruneNotifications } from './notification-sql.ts'

const HOUR_MS = 3_600_000

/** VITRYLO_NOTIFICATION_DAYS: so long notifications and messages are kept. */
export function notificationSweep({ pool, env, now }: Pick<Deps, 'pool' | 'env' | 'now'>): Sweep {
  const days = whole(env, 'VITRYLO_NOTIFICATION_DAYS', 180)
  const each = async (): Promise<void> => {
    await pruneNotifications(pool, new Date(now().getTime() - days * 24 * HOUR_MS))
    await tellForgotten(pool, new Date(now().getTime() - HOUR_MS))
  }
  return { name: 'old notifications', everyMs: HOUR_MS, each }
}
