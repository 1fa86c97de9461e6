import { Badge, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconUserQuestion, IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Ago } from "#/components/ui/Ago";
import { type Column, DataTable, type RowLink } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { TextLink } from "#/components/ui/links";
import { Page } from "#/components/ui/Page";
import { type FoundProfile, profilesQuery } from "#/services/profiles";

const COLUMNS: readonly Column<FoundProfile>[] = [
  { key: "user", title: "User", width: "1.6fr", cell: (user) => <Who user={user} /> },
  { key: "email", title: "Email", width: "1.4fr", narrow: false, cell: ({ email }) => email },
  { key: "phone", title: "Phone", width: "1fr", narrow: false, cell: ({ phone_number }) => phone_number },
  {
    key: "updated",
    title: "Changed",
    width: "6.5rem",
    align: "right",
    cell: ({ updated }) => (
      <Text span size="sm" c="dimmed">
        <Ago at={updated} />
      </Text>
    ),
  },
];

interface Props {
  /** How the user begins that the address looks for. */
  begins: string;
  find: (begins: string) => void;
}

/** Finds users by how an id, an address or a name begins; before that, all of them. */
export function UserSearch({ begins, find }: Props) {
  const [typed, setTyped] = useState(begins);
  const later = useDebouncedCallback(find, 250);
  const query = useInfiniteQuery(profilesQuery(begins));
  return (
    <Page title="Users" description="What is known of each user, what they did, what they were sent, and what they want.">
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          find(typed.trim());
        }}
      >
        <TextInput
          data-search
          type="search"
          aria-label="Find a user"
          placeholder="How an id, email address, phone number or name begins"
          leftSection={<IconSearch size={16} aria-hidden />}
          maxLength={200}
          value={typed}
          onChange={({ currentTarget: { value } }) => {
            setTyped(value);
            later(value.trim());
          }}
        />
      </form>
      <DataTable key={begins} label="Users" columns={COLUMNS} query={query} rowKey={keyOf} link={linkOf} empty={begins ? <NoSuch begins={begins} /> : <Nobody />} />
    </Page>
  );
}

const idOf = ({ user_id, anonymous_id }: FoundProfile) => user_id ?? anonymous_id ?? "";
const keyOf = (user: FoundProfile) => `${user.user_id === null ? "a" : "u"} ${idOf(user)}`;
const linkOf = (user: FoundProfile): RowLink => ({ to: "/users/$id", params: { id: idOf(user) } });

function Who({ user }: { user: FoundProfile }) {
  const id = idOf(user);
  return (
    <>
      {user.name ?? id}{" "}
      {user.user_id === null && (
        <Badge variant="light" color="gray" tt="none" size="sm">
          anonymous
        </Badge>
      )}
      {user.name && (
        <Text span display="block" size="xs" c="dimmed" truncate>
          {id}
        </Text>
      )}
    </>
  );
}

function NoSuch({ begins }: { begins: string }) {
  return (
    <Empty
      icon={IconUserQuestion}
      title="No profile begins like this"
      action={
        <TextLink to="/users/$id" params={{ id: begins }}>
          Open {begins} all the same
        </TextLink>
      }
    >
      What calls bring of a user is found some seconds later. Who never had a profile, but was written to, has a page too.
    </Empty>
  );
}

function Nobody() {
  return (
    <Empty icon={IconUsers} title="Nobody is known yet" command={`analytics.identify("ann", { email: "ann@example.com", name: "Ann" })`}>
      Users come with the calls of your application: an identify says who somebody is. Send one with any Segment library.
    </Empty>
  );
}
