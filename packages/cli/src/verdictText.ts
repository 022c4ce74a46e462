import type { BundleReport } from '@moltnet/protocol';
import type { Page } from './page.js';

/** How a verdict looks: what it is, of what, what is wrong where, and what to do about it. */
export function verdictLines(report: BundleReport, { style }: Page): string[] {
  const { verdict, findings, findingCount, notices, noticeCount, log } = report;
  const colour = { trusted: 'green', consistent: 'yellow', broken: 'red' } as const;
  const meaning = {
    trusted: 'all is as it was logged, by a log that you trust',
    consistent: 'nothing is wrong in itself, but only this file vouches for its log: anyone can make such a file',
    broken: `${findingCount} ${findingCount === 1 ? 'check' : 'checks'} failed`,
  };
  return [
    `${style(colour[verdict], verdict.toUpperCase())}  ${meaning[verdict]}`,
    ...contents(report),
    ...findings.map(placed),
    ...more(findingCount - findings.length),
    ...(notices.length === 0
      ? []
      : ['', 'To be known:', ...notices.map(placed), ...more(noticeCount - notices.length)]),
    ...(verdict === 'consistent' && log
      ? [
          '',
          'Compare the key with one that you have from elsewhere, and give that with --log-key; or trust it with --trust.',
        ]
      : []),
  ];
}

function contents({ log, diaryId, counts }: BundleReport): string[] {
  if (!log || diaryId === undefined) return [];
  const { entries, revisions, signed, erased } = counts;
  return [
    `  diary  ${diaryId}: ${entries} entries, ${revisions} revisions, ${signed} signed, ${erased} erased`,
    `  log    ${log.origin}, ${log.treeSize} leaves`,
    `  key    ${log.key}`,
  ];
}

function placed({ line, check, entryId, message }: BundleReport['findings' | 'notices'][number]): string {
  return `  line ${line}${entryId === undefined ? '' : `, entry ${entryId}`}: ${message} (${check})`;
}

function more(count: number): string[] {
  return count === 0 ? [] : [`  … and ${count} more`];
}
