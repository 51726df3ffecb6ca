// What a front-end in TypeScript does with the made types: everything it reads is known to be there, or known to be null.
import {
  IncidentDocument,
  PositionDocument,
  type IncidentQuery,
  type PositionMutationVariables,
  type ThingQuery,
} from "./__generated__/operations";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";

type Ask = <Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables) => Promise<Data>;

export async function everybody(ask: Ask, equipment: string[]): Promise<string[]> {
  const names: string[] = [];
  let after: string | null | undefined = null;
  do {
    const found: IncidentQuery = await ask(IncidentDocument, { equipment, first: 100, after });
    const page = found.impact?.customers;
    names.push(...(page?.nodes ?? []).map((each) => `${each.customer.name} ${each.state} ${each.loadsFed}`));
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  return names;
}

export function counted(found: IncidentQuery): string[] {
  return (found.impact?.summary.customers ?? []).map((each) => `${each.state}: ${each.count}`);
}

export async function opened(ask: Ask, input: PositionMutationVariables["input"]): Promise<string> {
  const told = (await ask(PositionDocument, { input })).setSwitchPosition;
  if (!told) throw new Error("refused");
  const { revision, userErrors } = told;
  if (userErrors.length > 0) throw new Error(userErrors.map((each) => `${each.code}: ${each.message}`).join("\n"));
  return revision ?? "unchanged";
}

export function told(thing: ThingQuery["node"]): string {
  if (!thing) return "not there";
  switch (thing.__typename) {
    case "Breaker":
    case "LoadBreakSwitch":
      return `${thing.name}: ${thing.currentPosition}`;
    case "Customer":
      return `${thing.name}: ${thing.importance}`;
    default:
      return thing.id;
  }
}
