// Every check of what is deployed: the chart, the resources of operators, skaffold and compose.
//   main.ts                  installs the pinned tools and runs all checks
//   main.ts install [NAME…]  only installs
//   main.ts generate         makes the chart's schema and the table of its README from values.yaml
import { writeFileSync } from 'node:fs'
import { chartChecks } from './src/chart-checks.ts'
import { runAll } from './src/check.ts'
import { generate } from './src/generated.ts'
import { install } from './src/install.ts'
import { CHART } from './src/render.ts'
import { treeChecks } from './src/tree-checks.ts'
import { usageChecks } from './src/usage-checks.ts'

const [command, ...names] = process.argv.slice(2)

if (command === 'generate') for (const [path, text] of generate(CHART).files) writeFileSync(path, text)
else if (command === 'install') process.exitCode = install(names.length > 0 ? names : undefined) ? 0 : 1
else process.exitCode = install() && runAll([...chartChecks, ...usageChecks, ...treeChecks]) ? 0 : 1
