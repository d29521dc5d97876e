/**
 * One of so many cases, which is enough for a landing; all of them where the environment variable says `all` (`npm run ci:full`).
 */
export const some = <Case>(
  cases: readonly Case[],
  every: number,
  variable: 'TALLYSTICK_VECTORS' | 'TALLYSTICK_FORGERIES',
): readonly Case[] =>
  process.env[variable] === 'all' ? cases : cases.filter((_, index) => index % every === 0);
