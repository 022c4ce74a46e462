import type { Knex } from 'knex';

/**
 * The embedded identity server's relation tuples, in the shape of Ory Keto's; unused where Ory is configured. A subject with
 * an empty relation is the object itself. The key answers "is this one there" and lists who is in a relation; the index by
 * subject answers what somebody is in. The sets in a relation have an index of their own: a check follows them, and must
 * not read past thousands of direct members to find them. Collation C: order is only for paging.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table relation_tuples (
      namespace text collate "C" not null,
      object text collate "C" not null,
      relation text collate "C" not null,
      subject_namespace text collate "C" not null,
      subject_object text collate "C" not null,
      subject_relation text collate "C" not null,
      primary key (namespace, object, relation, subject_namespace, subject_object, subject_relation)
    );
    create index relation_tuples_by_subject on relation_tuples
      (subject_namespace, subject_object, subject_relation, namespace, object, relation);
    create index relation_tuples_sets on relation_tuples
      (namespace, object, relation, subject_namespace, subject_object, subject_relation) where subject_relation <> '';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table relation_tuples;');
}
