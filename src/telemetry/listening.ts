import type { Topic } from '../channels.ts';

/** What one listener hears, until it is closed. */
export class Listening {
  readonly #ends: Array<() => void> = [];

  /** What fails in a listener must not end the process: the message is lost, nothing else. */
  on<Message>(topic: Topic<Message>, hear: (message: Message) => void): void {
    const safely = (message: Message): void => {
      try {
        hear(message);
      } catch {
        // Nobody is left to be told.
      }
    };
    topic.subscribe(safely);
    this.#ends.push(() => topic.unsubscribe(safely));
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end();
  }
}
