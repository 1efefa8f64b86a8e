import { Browser } from '../../issuer/test/browser.ts'

/** Signs a person in at the embedded issuer; gives the cookies of the session. */
export async function signIn(origin: string, login: string, password: string): Promise<string> {
  const browser = new Browser(origin)
  const follow = async (answer: Response): Promise<Response> => browser.go(answer.headers.get('location') ?? '/')
  const toForm = await follow(await browser.go('/auth/login'))
  const form = toForm.headers.get('location')!
  await browser.go(form)
  const posted = await browser.post(form, { login, password })
  const callback = await follow(posted)
  const back = await follow(callback)
  if (back.status !== 303) throw new Error(`the sign-in of ${login} ended with ${back.status}`)
  return browser.cookiesFor(new URL(origin))
}
