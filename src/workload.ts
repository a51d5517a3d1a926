/** What is under way in the gateway, and whether more is taken. */
export class Workload {
  #running = 0;
  #isDraining = false;
  #waiting: Array<() => void> = [];

  get isDraining(): boolean {
    return this.#isDraining;
  }

  begin(): void {
    this.#running += 1;
  }

  /** Ends what one `begin` began. */
  end(): void {
    this.#running -= 1;
    this.#tell();
  }

  /** From now on nothing new is to be taken; resolves when nothing is under way. */
  drain(): Promise<void> {
    this.#isDraining = true;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#tell();
    });
  }

  #tell(): void {
    if (!this.#isDraining || this.#running > 0) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting = [];
  }
}
