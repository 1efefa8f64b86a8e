export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M11 1.5v12.2H2.6C6.2 10.6 9.3 6.5 11 1.5z" fill="currentColor" />
      <path d="M12.6 4.6c1.9 2.7 3.7 5.9 4.7 9.1h-4.7z" fill="currentColor" opacity=".55" />
      <path d="M2.2 15.4h15.6l-1.5 2.7H4.2z" fill="currentColor" />
    </svg>
  )
}
