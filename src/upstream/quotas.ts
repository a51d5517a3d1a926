import type { ActionName } from './actions.ts';

/** What may be asked of one action on one target. */
export interface Quota {
  /** Calls per second in the long run. */
  readonly ratePerSecond: number;
  /** Calls at one moment after a rest. */
  readonly burst: number;
}

/** What may be asked of each action on one target. */
export type Quotas = Readonly<Record<ActionName, Quota>>;

/** AWS IoT publishes 10 calls per second for each of the CA certificate, registration code and tag actions. */
const PUBLISHED: Quota = { ratePerSecond: 10, burst: 10 };

/** Quotas of their own that AWS does not publish a value for here: taken by analogy, unverified. */
const BY_ANALOGY: Quota = { ratePerSecond: 10, burst: 10 };

/**
 * What AWS allows for each action, per account and region. The rates come from AWS's published
 * quotas as marked; that a burst is one second's worth is unverified for all of them.
 */
export const QUOTAS: Quotas = {
  CreateProvisioningClaim: BY_ANALOGY,
  CreateProvisioningTemplate: BY_ANALOGY,
  CreateProvisioningTemplateVersion: BY_ANALOGY,
  DeleteCACertificate: PUBLISHED,
  DeleteProvisioningTemplate: BY_ANALOGY,
  DeleteProvisioningTemplateVersion: BY_ANALOGY,
  DeleteRegistrationCode: PUBLISHED,
  DescribeCACertificate: PUBLISHED,
  DescribeCertificate: BY_ANALOGY,
  DescribeProvisioningTemplate: BY_ANALOGY,
  DescribeProvisioningTemplateVersion: BY_ANALOGY,
  GetRegistrationCode: PUBLISHED,
  ListCACertificates: PUBLISHED,
  ListCertificatesByCA: PUBLISHED,
  ListProvisioningTemplateVersions: BY_ANALOGY,
  ListProvisioningTemplates: BY_ANALOGY,
  ListTagsForResource: PUBLISHED,
  RegisterCACertificate: PUBLISHED,
  TagResource: PUBLISHED,
  UntagResource: PUBLISHED,
  UpdateCACertificate: PUBLISHED,
  UpdateProvisioningTemplate: BY_ANALOGY,
};

/** Against rounding: 100 x 0.29 is a little less than 29. */
const ROUNDING = 1e-9;

/** The gateway's own part of a quota: rate and burst scaled, the burst whole and at least 1. */
export function sharedQuota(quota: Quota, share: number): Quota {
  return {
    ratePerSecond: quota.ratePerSecond * share,
    burst: Math.max(1, Math.floor(quota.burst * share + ROUNDING)),
  };
}

/** How full the bucket of one action is, and how fast it fills. */
export interface Level {
  readonly permits: number;
  /** Below the quota's rate for some time after AWS throttled. */
  readonly ratePerSecond: number;
  readonly atMs: number;
}

/** What a slowed rate gains each second without throttling, as a part of the full rate. */
const RECOVERY_PER_SECOND = 0.1;

/** However often AWS throttles, the rate stays at this; or at the full rate where that is lower. */
const SLOWEST_PER_SECOND = 0.5;

/** Permits a sum of fractions may lack and still count as whole. */
const PERMIT_ROUNDING = 1e-6;

/** The level after a rest. */
export function fullLevel(quota: Quota, atMs: number): Level {
  return { permits: quota.burst, ratePerSecond: quota.ratePerSecond, atMs };
}

/** The level at `nowMs`, by the clock's steady time. */
export function refilled(level: Level, quota: Quota, nowMs: number): Level {
  const seconds = (nowMs - level.atMs) / 1000;
  const climb = climbOf(level, quota);
  const climbing = Math.min(seconds, climb.seconds);
  const gained =
    level.ratePerSecond * climbing +
    (climb.slope * climbing * climbing) / 2 +
    quota.ratePerSecond * (seconds - climbing);
  return {
    permits: Math.min(quota.burst, level.permits + gained),
    ratePerSecond:
      seconds >= climb.seconds ? quota.ratePerSecond : level.ratePerSecond + climb.slope * seconds,
    atMs: nowMs,
  };
}

/** Whole permits there are now. */
export function wholePermits(level: Level): number {
  return Math.max(0, Math.floor(level.permits + PERMIT_ROUNDING));
}

/** Whole milliseconds from the level's own time until `permits` could be taken one after another. */
export function msUntil(level: Level, quota: Quota, permits: number): number {
  const lacking = permits - level.permits - PERMIT_ROUNDING;
  if (lacking <= 0) return 0;
  const climb = climbOf(level, quota);
  const { ratePerSecond } = level;
  const gainedClimbing =
    ratePerSecond * climb.seconds + (climb.slope * climb.seconds * climb.seconds) / 2;
  const seconds =
    lacking >= gainedClimbing
      ? climb.seconds + (lacking - gainedClimbing) / quota.ratePerSecond
      : // The positive root of slope/2 t² + rate t = lacking, in the form that loses no digits.
        (2 * lacking) / (ratePerSecond + Math.sqrt(ratePerSecond ** 2 + 2 * climb.slope * lacking));
  return Math.ceil(seconds * 1000);
}

/** The most permits that can be had in less than so long: with a full bucket, and nobody else there. */
export function mostPermits({ ratePerSecond, burst }: Quota, withinMs: number): number {
  const refilledMs = Math.max(0, withinMs - 1);
  return Math.floor(burst + (ratePerSecond * refilledMs) / 1000 + PERMIT_ROUNDING);
}

/** AWS throttled: nothing is left, and where `halve` says so the rate is half. */
export function slowed(level: Level, quota: Quota, halve: boolean): Level {
  const slowest = Math.min(SLOWEST_PER_SECOND, quota.ratePerSecond);
  return {
    ...level,
    permits: Math.min(0, level.permits),
    ratePerSecond: halve ? Math.max(slowest, level.ratePerSecond / 2) : level.ratePerSecond,
  };
}

/** How a slowed rate climbs back: permits per second, each second, for so many seconds. */
function climbOf(level: Level, quota: Quota): { slope: number; seconds: number } {
  const slope = quota.ratePerSecond * RECOVERY_PER_SECOND;
  return { slope, seconds: Math.max(0, quota.ratePerSecond - level.ratePerSecond) / slope };
}
