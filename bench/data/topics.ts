/**
 * Episodic notes with the topic that a person would file them under, written for the tests and benchmarks of
 * consolidation. Topics share words on purpose; `null` is a note that belongs to none.
 */
export interface LabelledNote {
  topic: string | null;
  content: string;
}

const TOPICS: Record<string, string[]> = {
  'invoice-export': [
    'The invoice export to Datev failed at 02:10 with ERR_ENCODING on customer names with umlauts.',
    'Invoice export: Datev expects Windows-1252, we send UTF-8. That is why umlauts break the file.',
    'Changed the invoice export to Windows-1252 and escaped the euro sign. Datev accepted the test file.',
    'The nightly invoice export ran through for 1,204 invoices without an encoding error.',
    'Datev rejected one invoice in the export: its customer number has 9 digits and Datev takes 8.',
    'Added a check to the invoice export: customer numbers longer than 8 digits stop it before upload to Datev.',
    'Accounting confirmed that the Datev invoice export of November is complete.',
  ],
  'login-lockout': [
    'Three users were locked out after the password reset: the login counts failed attempts from before the reset.',
    'Login lockout: the counter of failed attempts is kept in Redis under login:fail:<user> for 24 hours.',
    'A password reset now deletes login:fail:<user>, so that users are not locked out of their login.',
    'Support reports no more lockouts after password resets since Tuesday.',
    'The login lockout threshold is 5 failed attempts; marketing asked for 10, security declined.',
  ],
  'staging-disk': [
    'Disk on staging-2 is at 96 %: docker images of old builds are never removed.',
    'Ran docker image prune on staging-2, the disk went from 96 % to 41 %.',
    'Added a weekly cron job on staging-2 that prunes docker images older than 14 days.',
    'staging-2 disk is full again: this time it is journald with 18 GB of logs, not docker images.',
    'Limited journald on staging-2 to 2 GB with SystemMaxUse in journald.conf; disk at 38 %.',
  ],
  'search-latency': [
    'Product search takes 1.8 s at p99 since the catalogue passed 400,000 products.',
    'Profiled product search: the facet counts take 70 % of the time, the query itself 200 ms.',
    'Cached the facet counts of product search for 60 s. p99 fell to 640 ms.',
    'Product search facets were stale after an import, so the import now clears the facet cache.',
    'Product search p99 is 480 ms after moving facet counts to the replica.',
    'Decision: product search stays on Postgres; Elasticsearch would save 200 ms and cost a second system.',
  ],
  'anna-preferences': [
    'Anna wants pull requests below 300 lines and one topic each.',
    'Anna prefers review comments as questions, not as orders.',
    'Anna asked again for smaller pull requests: mine had 900 lines.',
    'Split the 900-line pull request into three for Anna. She merged them within an hour.',
    'Anna reviews pull requests before 10:00; later ones wait until the next day.',
  ],
  'ios-crash': [
    'The iOS app crashes at start on iOS 16.1 in ImageCache.swift line 88.',
    'The iOS crash in ImageCache.swift comes from a nil cache directory when the device is low on storage.',
    'Fixed the iOS start crash: ImageCache falls back to memory when there is no cache directory.',
    'iOS 4.2.1 with the ImageCache fix is in review at Apple.',
    'iOS 4.2.1 is released; crash-free sessions rose from 97.2 % to 99.6 %.',
  ],
  'backup-restore': [
    'Tested the database backup: the restore of the dump took 3 h 40 min, too long for our promise of 2 h.',
    'Backup restore with pg_restore --jobs=4 takes 1 h 25 min.',
    'The restore failed once because the backup bucket key had expired. Rotated the key, noted it in the runbook.',
    'The restore runbook for the database backup is in docs/restore.md, tested by Mehmet alone.',
    'Monthly restore test of the database backup is scheduled for the first Monday.',
  ],
  'webhook-retries': [
    'Customer Brandt says that our order webhooks arrive twice.',
    'Order webhooks are sent twice when the receiver answers after 10 s: we time out and retry although it was received.',
    'Order webhooks now carry an Idempotency-Key header, so that receivers can drop the second.',
    'Raised the webhook timeout from 10 s to 20 s. Retries of order webhooks fell from 4 % to 0.3 %.',
    'Brandt confirmed that duplicate order webhooks are gone with the Idempotency-Key.',
  ],
  // Shares 'timeout', 'retries', 'Redis', 'disk' and 'release' with the topics above.
  'queue-worker': [
    'The mail queue worker hung: a job without a timeout waited on SMTP for 50 minutes.',
    'Gave every mail queue job a timeout of 60 s; the worker kills and requeues it.',
    'The mail queue worker requeued one message 400 times because the address was invalid.',
    'Mail queue: invalid addresses now go to the dead letter list after 3 tries.',
    'The dead letter list of the mail queue has 12 messages, all with a typo in the domain.',
  ],
};

const LONERS = [
  'The office router gets a new public address on Friday.',
  'Renewed the certificate of shop.example.com, valid for 90 days.',
  'Lena is on parental leave until March; Jonas takes her tickets.',
  'Upgraded TypeScript to 5.6; two type errors in the billing module.',
  'The meeting room display shows the wrong time zone.',
  'Customer survey: 61 of 80 answered, most want dark mode.',
  'npm audit reports a high severity issue in a transitive dependency of the docs site.',
  'Legal needs the list of subprocessors by the end of the month.',
  'The coffee machine contract ends in June.',
  'Kubernetes 1.31 drops the flag we use for swap; check before the upgrade.',
  'Found out that the CI cache key ignores the lock file.',
  'Moved the feature flags from YAML to the admin page.',
];

/** Topics take turns, as they do in a diary. */
export const NOTES: LabelledNote[] = interleave([
  ...Object.entries(TOPICS).map(([topic, contents]) => contents.map((content) => ({ topic, content }))),
  LONERS.map((content) => ({ topic: null, content })),
]);

function interleave(lists: LabelledNote[][]): LabelledNote[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}
