import { AwsError } from './awsError.ts';

/**
 * A required member of an input. The protocol layer has refused requests without it before a rule
 * runs; the types of the SDK cannot say so.
 */
export function requiredMember<Input, Name extends keyof Input & string>(
  input: Input,
  name: Name,
): NonNullable<Input[Name]> {
  const value = input[name];
  if (value === undefined || value === null) {
    throw new AwsError('InvalidRequestException', `${name} is required.`);
  }
  return value;
}
