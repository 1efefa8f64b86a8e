import { momentOf, type MailLanguage } from '../notification/mail-text.ts'

type Invitation = { link: string; expireTime: Date; username: string; /** Of the employee's branch: `Europe/Kyiv`. */ timeZone: string }

/** The letter with the link. It names no firm and nobody but the reader, who may be the wrong one. */
export function invitationMail({ link, expireTime, username, timeZone }: Invitation, language: MailLanguage): { subject: string; text: string } {
  const until = momentOf(expireTime, language, timeZone)
  const [subject, ...lines] =
    language === 'uk'
      ? ['Задайте пароль для входу у Vitrylo', 'Адміністратор запрошує вас задати пароль для входу у Vitrylo.', `Ваш логін: ${username}`, '', link, '', `Посилання спрацює один раз, до ${until}. Нікому його не передавайте.`, 'Якщо ви на це не чекали, нічого не робіть і скажіть адміністраторові.']
      : ['Set your password for Vitrylo', 'An administrator asks you to set a password for Vitrylo.', `Your user name: ${username}`, '', link, '', `The link works once, until ${until}. Pass it on to nobody.`, 'If you did not expect this, do nothing and tell your administrator.']
  return { subject: subject!, text: lines.join('\n') }
}
