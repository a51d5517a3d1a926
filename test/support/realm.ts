import { type ActionName, actions } from '../../src/controlplane/actions.ts';
import { AwsError } from '../../src/controlplane/awsError.ts';
import { LocalClaimAuthority } from '../../src/controlplane/claim.ts';
import type { ActionContext, Choices, Rule } from '../../src/controlplane/contract.ts';
import { randomSource } from '../../src/controlplane/random.ts';
import { awsRules, defaultChoices } from '../../src/controlplane/rules.ts';
import { Store } from '../../src/controlplane/store.ts';
import { testEpochMs } from './pki.ts';

export const testAccount = '123456789012';
export const testRegion = 'eu-west-1';
export const testRoleArn = `arn:aws:iam::${testAccount}:role/provisioning`;

/** One account and region over the real store, called rule by rule, without a socket. */
export class TestRealm {
  nowMs = testEpochMs;
  readonly #store: Store;
  readonly #parts: Pick<ActionContext, 'choices' | 'random' | 'claimAuthority'>;

  private constructor(store: Store, choices: Partial<Choices>) {
    this.#store = store;
    this.#parts = {
      choices: { ...defaultChoices, ...choices },
      random: randomSource('test'),
      claimAuthority: new LocalClaimAuthority(),
    };
  }

  static async open(choices: Partial<Choices> = {}): Promise<TestRealm> {
    return new TestRealm(await Store.open(), choices);
  }

  /** Runs a rule as the dispatcher would, and holds its refusals against the action's own errors. */
  async run<Input, Output>(rule: Rule<Input, Output>, input: Input): Promise<Output> {
    const name = actionOf(rule);
    const realm = { account: testAccount, region: testRegion };
    const work = (state: ActionContext['state']) =>
      rule(input, {
        ...realm,
        ...this.#parts,
        nowMs: this.nowMs,
        state,
        isHeldElsewhere: (id) => this.#store.isHeldElsewhere(realm, id),
      });
    try {
      if (!actions[name].writes) return await work(this.#store.read(realm));
      return await this.#store.write(realm, work);
    } catch (error) {
      if (error instanceof AwsError && !actions[name].errors.includes(error.name)) {
        throw new TypeError(`${name} threw ${error.name}, which its model does not list`);
      }
      throw error;
    }
  }

  /** The refusal of a rule; fails when the rule does not refuse. */
  async refusal<Input, Output>(rule: Rule<Input, Output>, input: Input): Promise<AwsError> {
    try {
      await this.run(rule, input);
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
    throw new Error(`${actionOf(rule)} did not refuse`);
  }

  /** The state as it is now, for what no action shows. */
  get state(): ActionContext['state'] {
    return this.#store.read({ account: testAccount, region: testRegion });
  }

  /** Writes past the rules, for states that no action can bring about. */
  stage(work: (state: ActionContext['state']) => void): Promise<void> {
    return this.#store.write({ account: testAccount, region: testRegion }, work);
  }
}

function actionOf(rule: unknown): ActionName {
  const found = Object.entries(awsRules).find(([, candidate]) => candidate === rule);
  if (found === undefined) throw new TypeError('This rule stands in no table of rules');
  return found[0] as ActionName;
}
