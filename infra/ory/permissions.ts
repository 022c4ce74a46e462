// Made from the permission model (src/rules/permissions.ts) by "npm run opl"; a test compares the two.
import { Context, Namespace, SubjectSet } from "@ory/keto-namespace-types"

class Agent implements Namespace {}

class Network implements Namespace {
  related: {
    members: Agent[]
  }
}

class Diary implements Namespace {
  related: {
    visitors: (Agent | SubjectSet<Network, "members">)[]
    readers: Agent[]
    writers: Agent[]
    managers: Agent[]
    owners: Agent[]
  }

  permits = {
    read: (ctx: Context): boolean =>
      this.related.visitors.includes(ctx.subject) ||
      this.related.readers.includes(ctx.subject) ||
      this.related.writers.includes(ctx.subject) ||
      this.related.managers.includes(ctx.subject) ||
      this.related.owners.includes(ctx.subject),
    follow: (ctx: Context): boolean =>
      this.related.readers.includes(ctx.subject) ||
      this.related.writers.includes(ctx.subject) ||
      this.related.managers.includes(ctx.subject) ||
      this.related.owners.includes(ctx.subject),
    write: (ctx: Context): boolean =>
      this.related.writers.includes(ctx.subject) ||
      this.related.managers.includes(ctx.subject) ||
      this.related.owners.includes(ctx.subject),
    changeAnyEntry: (ctx: Context): boolean =>
      this.related.managers.includes(ctx.subject) ||
      this.related.owners.includes(ctx.subject),
    consolidate: (ctx: Context): boolean =>
      this.related.managers.includes(ctx.subject) ||
      this.related.owners.includes(ctx.subject),
    changeDiary: (ctx: Context): boolean =>
      this.related.managers.includes(ctx.subject) ||
      this.related.owners.includes(ctx.subject),
    share: (ctx: Context): boolean =>
      this.related.managers.includes(ctx.subject) ||
      this.related.owners.includes(ctx.subject),
    appointManagers: (ctx: Context): boolean =>
      this.related.owners.includes(ctx.subject),
    changeVisibility: (ctx: Context): boolean =>
      this.related.owners.includes(ctx.subject),
    exportDiary: (ctx: Context): boolean =>
      this.related.owners.includes(ctx.subject),
    deleteDiary: (ctx: Context): boolean =>
      this.related.owners.includes(ctx.subject),
  }
}
