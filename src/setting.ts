/** One setting: where it comes from, what it may be and what it does. */
interface Setting<Value> {
  /** The environment variable. */
  readonly variable: string;
  /** The flag of `iotgw serve`, without the dashes. */
  readonly flag: string;
  /** The flag of `iotgw control-plane`, for settings of the control plane. */
  readonly controlPlaneFlag?: string;
  /** What stands for the value in the help. */
  readonly placeholder: string;
  /** As it would be written in the environment; undefined when the setting is off by default. */
  readonly default: string | undefined;
  /** Throws Unfit. */
  readonly read: (given: string) => Value;
  readonly secret: boolean;
  readonly doc: string;
}

/** A row of the table, with the type of its value; no secret unless it says so. */
export function setting<Value>(given: Omit<Setting<Value>, 'secret'> & { secret?: boolean }) {
  return { secret: false, ...given } satisfies Setting<Value>;
}
