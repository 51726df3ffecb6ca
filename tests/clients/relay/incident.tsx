// A board of an incident as a Relay front-end writes it: pages that go on, a thing fetched anew by its id, a change
// that updates the cache by id.
import { graphql, useFragment, useLazyLoadQuery, useMutation, usePaginationFragment, useRefetchableFragment } from "react-relay";

import type { incident_affected$key } from "./__generated__/incident_affected.graphql";
import type { incident_customer$key } from "./__generated__/incident_customer.graphql";
import type { incident_station$key } from "./__generated__/incident_station.graphql";
import type { incidentPositionMutation } from "./__generated__/incidentPositionMutation.graphql";
import type { incidentQuery } from "./__generated__/incidentQuery.graphql";

export function Board({ equipment, station }: { equipment: string[]; station: string }) {
  const data = useLazyLoadQuery<incidentQuery>(
    graphql`
      query incidentQuery($equipment: [ID!]!, $station: ID!) {
        graph { revision asOf }
        impact(equipment: $equipment, cause: FAULTED) {
          revision
          at
          operatedBy { id name }
          summary { lostKw mostUrgent { deadline remainingSeconds } }
          customers(first: 50) {
            totalCount
            edges { node { customer { id } ...incident_affected } }
          }
        }
        station: node(id: $station) { ...incident_station }
      }
    `,
    { equipment, station },
  );
  return (
    <section>
      <h1>{data.graph.revision}</h1>
      {data.impact?.customers.edges.map((edge) => <Affected key={edge.node.customer.id} of={edge.node} />)}
      {data.station && <Supplied of={data.station} />}
    </section>
  );
}

function Affected({ of }: { of: incident_affected$key }) {
  const row = useFragment(
    graphql`
      fragment incident_affected on AffectedCustomer {
        state
        loadsFed
        mostUrgent { load { name } deadline }
        customer { ...incident_customer }
      }
    `,
    of,
  );
  return <p>{row.state} {row.mostUrgent?.deadline} <Named of={row.customer} /></p>;
}

function Named({ of }: { of: incident_customer$key }) {
  const [customer, again] = useRefetchableFragment(
    graphql`
      fragment incident_customer on Customer @refetchable(queryName: "incidentCustomerQuery") {
        name
        importance
        version
      }
    `,
    of,
  );
  return <button onClick={() => again({})}>{customer.name} {customer.importance}</button>;
}

function Supplied({ of }: { of: incident_station$key }) {
  const { data, hasNext, loadNext } = usePaginationFragment(
    graphql`
      fragment incident_station on Substation
        @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
        @refetchable(queryName: "incidentStationQuery") {
        name
        feeders(first: $first, after: $after) @connection(key: "station_feeders") {
          totalCount
          edges { node { id name } }
        }
      }
    `,
    of,
  );
  const [record] = useMutation<incidentPositionMutation>(graphql`
    mutation incidentPositionMutation($input: SetSwitchPositionInput!) {
      setSwitchPosition(input: $input) {
        revision
        switch { id currentPosition normalPosition }
        userErrors { code path message }
      }
    }
  `);
  return (
    <section>
      <h2>{data.name}: {data.feeders.totalCount}</h2>
      {hasNext && <button onClick={() => loadNext(20)}>…</button>}
      <button onClick={() => record({ variables: { input: { switch: "SW", position: "OPEN", by: "调度" } } })}>OPEN</button>
    </section>
  );
}
