/** A question that is asked once for each key, however many want to know: all of them judge the same answer. */
export function remembered<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (key) => {
    const found = answers.get(key) ?? ask(key);
    answers.set(key, found);
    return found;
  };
}
