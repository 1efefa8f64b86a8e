// Every check of what is deployed: the chart, the resources of operators, skaffold and compose.
//   main.ts                  installs the pinned tools and runs all checks
//   main.ts install [NAME…]  only installs
//   main.ts generate         makes the chart's schema and the table of its README from values.yaml, rights on Kafka from the code
import { writeFileSync } from 'node:fs'
import { arrowChecks } from './src/arrow-checks.ts'
import { chartChecks } from './src/chart-checks.ts'
import { runAll } from './src/check.ts'
import { generate } from './src/generated.ts'
import { install } from './src/install.ts'
import { CHART } from './src/render.ts'
import { treeChecks } from './src/tree-checks.ts'
import { usageChecks } from './src/usage-checks.ts'

const [command, ...names] = process.argv.slice(2)

if (command === 'generate') for (const [path, text] of generate(CHART).files) writeFileSync(path, text)
else {
  const { faults, usable } = install(names.length > 0 ? names : undefined)
  for (const fault of faults) console.log(`FAILED  ${fault}`)
  const fine = usable && (command === 'install' || runAll([...chartChecks, ...usageChecks, ...arrowChecks, ...treeChecks]))
  process.exitCode = fine && faults.length === 0 ? 0 : 1
}
