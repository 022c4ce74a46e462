import type { Namespace, Namespaces, SubjectType } from './namespaces.js';

const HEAD = `// Made from the permission model (src/rules/permissions.ts) by "npm run opl"; a test compares the two.
import { Context, Namespace, SubjectSet } from "@ory/keto-namespace-types"
`;

/** The namespaces in Ory's permission language, as the command "ory update opl" takes them. */
export function printOpl(namespaces: Namespaces): string {
  const classes = Object.entries(namespaces).map(([name, namespace]) => printClass(name, namespace));
  return [HEAD, ...classes].join('\n');
}

function printClass(name: string, { related, permits }: Namespace): string {
  const relations = Object.entries(related).map(([relation, types]) => `    ${relation}: ${printTypes(types)}[]`);
  const permissions = Object.entries(permits).map(
    ([permission, given]) => `    ${permission}: (ctx: Context): boolean =>\n${printCondition(given)},`,
  );
  const body = [
    ...(relations.length > 0 ? ['  related: {', ...relations, '  }'] : []),
    ...(permissions.length > 0 ? ['', '  permits = {', ...permissions, '  }'] : []),
  ];
  if (body.length === 0) return `class ${name} implements Namespace {}\n`;
  return [`class ${name} implements Namespace {`, ...body, '}\n'].join('\n');
}

function printTypes(types: readonly SubjectType[]): string {
  const printed = types.map((type) => (typeof type === 'string' ? type : `SubjectSet<${type[0]}, "${type[1]}">`));
  return printed.length > 1 ? `(${printed.join(' | ')})` : printed.join('');
}

function printCondition(relations: readonly string[]): string {
  return relations.map((relation) => `      this.related.${relation}.includes(ctx.subject)`).join(' ||\n');
}
