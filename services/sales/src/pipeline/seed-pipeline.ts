import { inTx, one, sql } from '@vitrylo/pg'
import { Pipeline } from '@vitrylo/proto/vitrylo/sales/v1/pipeline.ts'
import { newId, type Deps } from '@vitrylo/service'
import { allPipelines, insertPipeline } from './pipeline-sql.ts'

const STAGES = [
  { name: 'Кваліфікація', probability: 10, stayLimitDays: 3, hint: 'З’ясуйте, хто ухвалює рішення, який бюджет і коли потрібен результат.' },
  { name: 'Потреба з’ясована', probability: 25, stayLimitDays: 7, hint: 'Запишіть потребу словами клієнта й домовтеся про наступний крок.' },
  { name: 'Пропозиція', probability: 45, stayLimitDays: 10, hint: 'Надішліть комерційну пропозицію і зателефонуйте наступного дня.' },
  { name: 'Погодження', probability: 70, stayLimitDays: 7, hint: 'Зніміть заперечення, погодьте знижку та умови оплати.' },
  { name: 'Договір', probability: 90, stayLimitDays: 5, hint: 'Проконтролюйте підписання договору та рахунок на передоплату.' },
]

const LOST_REASONS = ['Дорого', 'Обрали конкурента', 'Немає потреби', 'Немає бюджету', 'Не виходить на зв’язок', 'Не підходять строки']

/** A new installation has one pipeline. */
export async function seedPipeline({ pool, now }: Deps): Promise<void> {
  await inTx(pool, async (tx) => {
    await one(tx, sql`select pg_advisory_xact_lock(hashtext('sales.seed'))`)
    if ((await allPipelines(tx)).length > 0) return
    const first = { id: newId(), name: 'Основна воронка', stages: STAGES, isDefault: true, lostReasons: LOST_REASONS }
    await insertPipeline(tx, Pipeline.fromPartial(first), now())
  })
}
