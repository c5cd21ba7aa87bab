/** The ledger did something else than the auditor said. */
export class Difference extends Error {
  /** What was looked at. */
  readonly check: string;

  constructor(check: string, details: string) {
    super(`${check}: ${details}`);
    this.name = "Difference";
    this.check = check;
  }
}
