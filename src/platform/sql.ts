/**
 * What the SQL of several stores has in common. Instants come and go as milliseconds since 1970: a column and JSON both give them as numbers, which
 * a bigint is only in JSON.
 */

/** An instant as milliseconds, to the nearest. */
export const milliseconds = (instantSql: string): string => `round(extract(epoch from ${instantSql}) * 1000)::float8`;

/** Milliseconds as an instant. */
export const instant = (millisecondsSql: string): string => `to_timestamp(${millisecondsSql}::float8 / 1000)`;
