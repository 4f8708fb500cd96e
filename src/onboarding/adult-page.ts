import { counted } from '../core/text.ts';
import { dayAndClock, type LocalTime, localTime, shortDay, shortDayWithYear } from '../core/time.ts';
import type { PhotoId } from '../core/ids.ts';
import type { AdultView, SchoolView } from '../schools/index.ts';
import { paths } from '../web/paths.ts';
import type { LinkState, SendingRow } from './dashboard-store.ts';
import { dayChoices } from './schema.ts';
import { badges } from './statuses.ts';
import type { AdultPage } from './views.ts';

type Contacts = { email: string | null; phone: string | null };
type History = { link: LinkState | null; sendings: SendingRow[] | null; photoId: PhotoId | null };

/** One adult as the office sees them. */
export function adultPage(
  frame: AdultPage['frame'],
  school: SchoolView,
  adult: AdultView,
  contacts: Contacts,
  { link, sendings, photoId }: History,
  state: Pick<AdultPage, 'flash' | 'problems'>,
  now: Date,
): Omit<AdultPage, 'shell'> {
  const { parentId, status } = adult;
  const zone = school.timeZone;
  const today = localTime(now, zone);
  const at = (iso: string | Date) => dayAndClock(localTime(new Date(iso), zone), today);
  const works = linkWorks(link, status === 'approved', now);
  const inUse = link !== null && link.revokedAt === null && link.closedAt === null;
  const to = (path: { to(params: { parentId: string }): string }) => path.to({ parentId });
  return {
    frame,
    name: `${adult.givenName} ${adult.surname}`,
    children: adult.childrenText,
    number: String(adult.number),
    edit: to(paths.editAdult),
    back: paths.school,
    ...state,
    status: { ...badges[status], since: at(adult.statusAt) },
    photo: photoId === null ? null : `${paths.schoolPhoto.to({ photoId, size: '320' })}?on=adult`,
    review: status === 'waiting' ? paths.review : null,
    anotherPhoto: status === 'approved' ? to(paths.anotherPhoto) : null,
    details: [
      { term: 'May collect as', text: adult.relationTexts.join('; ') || null },
      { term: 'E-mail address', text: contacts.email },
      { term: 'Telephone', text: contacts.phone },
      { term: 'Number', text: String(adult.number) },
    ],
    link: linkOf(link, works, now, zone, today),
    actions: {
      invite: inUse ? null : to(paths.invite),
      remind: works && inUse ? to(paths.remind) : null,
      renew: inUse ? { action: to(paths.renewLink), round: link.round } : null,
      revoke: works ? to(paths.revokeLink) : null,
      code: works ? to(paths.showCode) : null,
      letter: `letters:${parentId}`,
    },
    channels: [
      { value: 'email', label: 'E-mail', there: contacts.email !== null },
      { value: 'sms', label: 'SMS', there: contacts.phone !== null },
    ].flatMap(({ there, ...one }, index) => (there ? [{ ...one, checked: index === 0 || contacts.email === null }] : [])),
    days: dayChoices.map(value => ({ value, label: `${value} days`, chosen: value === '14' })),
    sendings: (sendings ?? []).map(sending => sendingOf(sending, at)),
  };
}

const linkWorks = (link: LinkState | null, approved: boolean, now: Date): boolean =>
  link !== null && link.revokedAt === null && link.wrongCodes < 5 && new Date(link.expiresAt) > now && (link.closedAt === null || approved);

function linkOf(link: LinkState | null, works: boolean, now: Date, zone: string, today: LocalTime): AdultPage['link'] {
  if (link === null) return { title: 'No link yet', text: 'Invite this adult, or print a letter to hand over.', facts: [], works: false };
  const lastDay = localTime(new Date(new Date(link.expiresAt).getTime() - 1), zone);
  const until = lastDay.year === today.year ? shortDay(lastDay) : shortDayWithYear(lastDay);
  const at = (iso: string | null) => (iso === null ? null : dayAndClock(localTime(new Date(iso), zone), today));
  const facts = [
    { term: 'Made', text: at(link.createdAt) },
    { term: 'Opened', text: at(link.openedAt) ?? 'Not yet' },
    { term: 'Code given', text: at(link.provedAt) ?? 'Not yet' },
    ...(link.wrongCodes > 0 ? [{ term: 'Wrong codes', text: `${link.wrongCodes} of 5` }] : []),
  ].flatMap(({ term, text }) => (text === null ? [] : [{ term, text }]));
  const told = (title: string, text: string) => ({ title, text, facts, works });
  if (link.revokedAt !== null) return told('Taken back', `The link opens nothing since ${at(link.revokedAt)}.`);
  if (link.wrongCodes >= 5)
    return told(
      'Stopped after five wrong codes',
      'Somebody tried five codes that were not right. Make a new link, and tell its code by telephone or on paper.',
    );
  if (link.closedAt !== null && works) return told('Done', `The photo is approved. Until ${until}, the link still lets them make their account.`);
  if (link.closedAt !== null) return told('Closed', `The link opens nothing since ${at(link.closedAt)}.`);
  if (new Date(link.expiresAt) <= now) return told('Expired', `It worked until ${until}.`);
  const days = Math.floor((new Date(link.expiresAt).getTime() - now.getTime()) / 86_400_000);
  return told(`Works until ${until}`, `${days === 0 ? 'Today is its last day' : `${counted(days, 'day')} left`}. It opens nothing without its code.`);
}

const sentWords = { invite: 'Link', remind: 'Reminder', renew: 'New link', retake: 'Word that another photo is needed' } as const;
const waysWords = { email: 'by e-mail', sms: 'by SMS', letter: 'as a letter' } as const;

function sendingOf({ channel, reason, createdAt, sentAt, failure, by }: SendingRow, at: (iso: string) => string): AdultPage['sendings'][number] {
  const state = failure !== null && sentAt === null ? failure : channel === 'letter' ? 'Printed' : sentAt === null ? 'On its way' : 'Handed over';
  return {
    what: `${sentWords[reason]} ${waysWords[channel]}`,
    when: at(createdAt),
    whenIso: createdAt,
    by: by ?? 'Parley',
    state,
    failed: failure !== null && sentAt === null,
  };
}
