import { runLoad } from './src/run-load.ts'

process.exitCode = await runLoad(process.argv.slice(2), process.env, (line) => console.log(line))
