import { counted } from '../../core/text.ts';

const minute = 60_000;
const onTimeWithin = 5;

/** How a mark's time compares with the planned one, in the minutes that both are shown in: "on time", "22 minutes after the planned time". */
export function lateness(plannedAt: number, markedAt: number): string {
  const minutes = Math.floor(markedAt / minute) - Math.floor(plannedAt / minute);
  if (Math.abs(minutes) <= onTimeWithin) return 'on time';
  return `${lengthWords(Math.abs(minutes))} ${minutes > 0 ? 'after' : 'before'} the planned time`;
}

function lengthWords(minutes: number): string {
  const whole = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (whole === 0) return counted(rest, 'minute');
  return rest === 0 ? counted(whole, 'hour') : `${counted(whole, 'hour')} ${counted(rest, 'minute')}`;
}
