/** The only page of the gateway itself: a sign-in that did not work, in both languages. No script, no outside file. */
export function signInFailedPage(): string {
  return `<!doctype html>
<html lang="uk">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Vitrylo</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem }
  :root { color-scheme: light dark }
</style>
<h1>Не вдалося увійти</h1>
<p>Спроба входу застаріла або її розпочато в іншому вікні. <a href="/auth/login">Увійти ще раз</a></p>
<p lang="en">Sign-in did not work: it was too late or began in another window. <a href="/auth/login">Try again</a></p>
</html>
`
}
