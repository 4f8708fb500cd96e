import { listed } from '../../core/text.ts';
import { calendarDay, localTime, longDay, shortDay, weekdayNamed } from '../../core/time.ts';
import type { Keyring } from '../../platform/keyring.ts';
import type { Problem, Typed } from '../../web/form.ts';
import type { Frame } from '../../web/frame.ts';
import { paths } from '../../web/paths.ts';
import type { QrCode } from '../../web/qr-code.ts';
import type { Model } from '../../web/reply.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';
import { dayCode, spelt } from '../day-codes.ts';
import type { Collecting, MyCollector, SchoolCollector, SchoolRequest } from './store.ts';
import type { Badge, Person } from './views.ts';

const fullName = ({ givenName, surname }: { givenName: string; surname: string }): string => `${givenName} ${surname}`;
const today = (zone: string): string => localTime(new Date(), zone).isoDay;

/** "Any day", "On Mondays and Tuesdays, from Mon 9 March to Fri 24 July", "On Fri 13 March only". */
function whenText({ fromOn, untilOn, weekdays }: { fromOn: string | null; untilOn: string | null; weekdays: readonly number[] }): string {
  const day = (iso: string) => shortDay(calendarDay(iso));
  if (fromOn !== null && fromOn === untilOn) return `On ${day(fromOn)} only`;
  const days = weekdays.length === 0 || weekdays.length === 7 ? 'Any day' : `On ${listed(weekdays.map(weekday => `${weekdayNamed(weekday)}s`))}`;
  if (fromOn !== null && untilOn !== null) return `${days}, from ${day(fromOn)} to ${day(untilOn)}`;
  if (fromOn !== null) return `${days}, from ${day(fromOn)}`;
  return untilOn === null ? days : `${days}, until ${day(untilOn)}`;
}

const waits: Badge = { text: 'Waiting for the school', kind: 'wait', icon: 'clock' };
const declined: Badge = { text: 'Not confirmed by the school', kind: 'ended', icon: 'circle-dashed' };
const confirmed: Badge = { text: 'Confirmed', kind: 'done', icon: 'circle-check' };

const badgeOf = (collector: MyCollector): Badge => {
  if (collector.state === 'waiting') return waits;
  if (collector.state === 'declined') return declined;
  // How far the photo of somebody has come is for those who chose them.
  return collector.mine && collector.photo === false ? { text: 'Confirmed, photo not yet', kind: 'note', icon: 'circle-dot' } : confirmed;
};

const personOf = (keyring: Keyring, collector: MyCollector): Person => ({
  name: fullName(collector),
  about: `${collector.relation}, for ${listed(collector.children.map(child => child.givenName))}`,
  when: whenText(collector),
  badge: badgeOf(collector),
  by: collector.mine ? 'Added by you' : collector.chosenBy && `Added by ${collector.chosenBy}`,
  code:
    collector.mine && collector.state === 'confirmed' && collector.photo && collector.parentId !== null
      ? spelt(dayCode(keyring, collector.parentId, today(collector.timeZone)))
      : null,
  withdraw: collector.mine && collector.state !== 'declined' ? paths.withdrawCollector.to({ collectorId: collector.id }) : null,
});

/** Whether somebody may be named for a child: the parent who asks, or one who is confirmed for that child. */
export const mayBeTold = ({ collectors }: Collecting, childId: string, who: string): boolean =>
  who === 'me' || collectors.some(({ id, state, children }) => id === who && state === 'confirmed' && children.some(child => child.id === childId));

export function collectorsPage(
  frame: Frame,
  keyring: Keyring,
  collecting: Collecting,
  typed: Typed,
  problems: Problem[],
  latest: (earliest: string) => string,
  drawQrCode: (text: string) => QrCode,
): Model<'gate/collectors'> {
  const { myChildren, collectors, requests, codes } = collecting;
  const earliest = myChildren.length === 0 ? '' : myChildren.map(child => today(child.timeZone)).sort()[0]!;
  return {
    frame,
    codes: codes.map(({ schoolName, timeZone, selfId }) => {
      const now = localTime(new Date(), timeZone);
      const code = dayCode(keyring, selfId, now.isoDay);
      return { school: schoolName, day: longDay(now), code: spelt(code), qr: drawQrCode(code) };
    }),
    people: collectors.map(collector => personOf(keyring, collector)),
    told: requests.map(request => ({
      text: `${request.who} collects ${request.child} on ${shortDay(calendarDay(request.onDate))}`,
      badge: request.state === 'waiting' ? waits : request.state === 'confirmed' ? confirmed : declined,
      withdraw: request.state === 'waiting' ? paths.withdrawCollection.to({ requestId: request.id }) : null,
    })),
    tell:
      myChildren.length === 0
        ? null
        : {
            children: myChildren.map(child => ({ id: child.id, name: child.givenName, chosen: typed.child === child.id })),
            who: [
              { value: 'me', name: 'I do', chosen: typed.who === 'me' },
              ...collectors
                .filter(({ state }) => state === 'confirmed')
                .map(collector => ({
                  value: collector.id,
                  name: `${fullName(collector)} (for ${listed(collector.children.map(child => child.givenName))})`,
                  chosen: typed.who === collector.id,
                })),
            ],
            day: typed.day ?? earliest,
            earliest,
            latest: latest(earliest),
            note: typed.note ?? '',
            problems,
          },
  };
}

export const schoolCollectorsPage = (
  frame: SchoolFrame,
  { collectors, requests }: { collectors: readonly SchoolCollector[]; requests: readonly SchoolRequest[] },
): Omit<Model<'gate/school-collectors'>, 'problems'> => {
  const shown = (one: SchoolCollector) => ({
    name: fullName(one),
    about: `${one.relation} of ${listed(one.children)}`,
    when: whenText(one),
    by: `Chosen by ${one.chosenBy}`,
  });
  return {
    frame,
    requests: requests.map(request => ({
      text: `${request.who} collects on ${longDay(calendarDay(request.onDate))}`,
      about: `Told by ${request.toldBy}`,
      note: request.note,
      child: { href: paths.gateChild.to({ childId: request.childId }), name: request.child },
      confirm: paths.confirmCollection.to({ requestId: request.id }),
      decline: paths.declineCollection.to({ requestId: request.id }),
    })),
    waiting: collectors
      .filter(({ state }) => state === 'waiting')
      .map(one => ({
        ...shown(one),
        id: one.id,
        namesakes: one.namesakes.map(({ id, number, children }) => ({ id, text: `Adult number ${number}${children === '' ? '' : `, for ${children}`}` })),
        confirm: paths.confirmCollector.to({ collectorId: one.id }),
        decline: paths.declineCollector.to({ collectorId: one.id }),
      })),
    confirmed: collectors
      .filter(({ state }) => state === 'confirmed')
      .map(one => ({
        ...shown(one),
        badge: one.photo
          ? { text: 'Shown at the gate', kind: 'done', icon: 'circle-check' }
          : { text: 'Photo not approved yet', kind: 'note', icon: 'circle-dot' },
        adult: paths.schoolAdult.to({ parentId: one.parentId! }),
        end: paths.endCollector.to({ collectorId: one.id }),
      })),
  };
};
