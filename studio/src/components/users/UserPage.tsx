import { Alert, Tabs } from "@mantine/core";
import { IconBan } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { Page } from "#/components/ui/Page";
import { useBack } from "#/components/ui/useBack";
import { profileQuery } from "#/services/profiles";
import { suppressionQuery } from "#/services/suppressions";
import { Channels } from "./Channels";
import { Groups } from "./Groups";
import { Inbox } from "./Inbox";
import { Preferences } from "./Preferences";
import { Profile } from "./Profile";
import { Receipt } from "./Receipt";
import { Suppressed } from "./Suppressed";
import { UserActions } from "./UserActions";
import { UserTimeline } from "./UserTimeline";
import { WhyNot } from "./WhyNot";
import type { UserSearch, UserTab } from "./search";

interface Props {
  id: string;
  search: UserSearch;
  show: (search: UserSearch) => void;
}

const TABS: readonly { value: UserTab; label: string }[] = [
  { value: "timeline", label: "Timeline" },
  { value: "profile", label: "Profile" },
  { value: "channels", label: "Channels" },
  { value: "preferences", label: "Preferences" },
  { value: "groups", label: "Lists and groups" },
  { value: "inbox", label: "Inbox" },
  { value: "why", label: "Why not?" },
];

/** One user: what is known of them, what they did, what they were sent, and what they want. */
export function UserPage({ id, search, show }: Props) {
  useBack("/users");
  const profile = useQuery(profileQuery(id));
  const suppression = useQuery(suppressionQuery(id));
  const { tab = "timeline", regulation } = search;
  const name = nameOf(profile.data ?? {});

  return (
    <Page
      title={name || id}
      description={name ? id : profile.data === null ? "No profile is stored by this id." : undefined}
      actions={<UserActions id={id} suppressed={suppression.data ?? null} regulated={(wanted) => show({ ...search, regulation: wanted })} />}
    >
      {regulation && <Receipt id={regulation} close={() => show({ ...search, regulation: undefined })} />}
      {suppression.data && (
        <Alert color="yellow" variant="light" icon={<IconBan aria-hidden />} title="This user gets nothing more">
          <Suppressed suppression={suppression.data} />
        </Alert>
      )}
      <Tabs value={tab} onChange={(value) => show({ ...search, tab: TABS.find((each) => each.value === value)?.value })} keepMounted={false}>
        <Tabs.List mb="lg" aria-label="What to look at">
          {TABS.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          {tab === "timeline" && <UserTimeline id={id}/>}
          {tab === "profile" &&
            (profile.error ? (
              <Failure error={profile.error} title="The profile could not be read" retry={() => void profile.refetch()} />
            ) : profile.data === undefined ? (
              <Loading />
            ) : (
              <Profile id={id} traits={profile.data} />
            ))}
          {tab === "channels" && <Channels id={id} />}
          {tab === "preferences" && <Preferences id={id} />}
          {tab === "groups" && <Groups id={id} />}
          {tab === "inbox" && <Inbox id={id} />}
          {tab === "why" && <WhyNot id={id} event={search.event} ask={(event) => show({ ...search, event })} />}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** What people call a user, if the profile says. */
function nameOf(traits: Record<string, unknown>): string {
  const given = traits.first_name ?? traits.firstName ?? traits.given_name;
  const family = traits.last_name ?? traits.lastName ?? traits.family_name;
  const name = [traits.name, [given, family].filter(isText).join(" "), traits.email].find((word) => isText(word) && word !== "");
  return isText(name) ? name : "";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
