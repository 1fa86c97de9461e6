import { Divider, NavLink } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { NAVIGATION, type Screen } from "#/navigation";

/** The links to all screens. */
export function Navigation({ leave }: { leave: () => void }) {
  return NAVIGATION.map((group, index) => (
    <Fragment key={group[0]?.label}>
      {index > 0 && <Divider my={6} />}
      {group.map((screen) => (
        <To key={screen.to} screen={screen} onClick={leave} />
      ))}
    </Fragment>
  ));
}

function To({ screen: { to, label, icon: Icon }, onClick }: { screen: Screen; onClick: () => void }) {
  return (
    <NavLink
      renderRoot={(props) => <Link {...props} to={to} activeOptions={{ exact: to === "/" }} activeProps={{ "data-active": true }} />}
      label={label}
      leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
      onClick={onClick}
      variant="light"
      py={4}
    />
  );
}
