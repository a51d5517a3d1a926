/**
 * A refusal in AWS's own words. `name` is what `x-amzn-ErrorType` carries; its HTTP status comes
 * from the action data, or from the table of front-end errors that no model lists.
 */
export class AwsError extends Error {
  override readonly name: string;
  /** Extra members of the error body: `resourceId`, `resourceArn`. */
  readonly members: Readonly<Record<string, string>>;

  constructor(name: string, message: string, members: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = name;
    this.members = members;
  }
}
