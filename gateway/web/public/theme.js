// Runs before the first paint, so that a dark screen never flashes white. A file, because inline scripts are forbidden.
let chosen
try {
  chosen = localStorage.getItem('mantine-color-scheme-value')
} catch {
  // Storage may be closed to us: the system's preference holds then.
}
const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
