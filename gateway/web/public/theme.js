// Runs before the first paint, so that a dark screen never flashes white. A file, because inline scripts are forbidden.
try {
  const chosen = localStorage.getItem('mantine-color-scheme-value')
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
} catch {
  // Storage may be closed to us; the tokens then follow the system preference by themselves.
}
