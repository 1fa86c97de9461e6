import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure } from "./Failure";
import { Loading } from "./Loading";

interface Props<T> {
  query: UseQueryResult<T>;
  /** What could not be read, when it could not. */
  failure?: string;
  children: (data: T) => ReactNode;
}

/** What was asked for, once it is there; until then that it is on its way, or why it does not come. */
export function Loaded<T>({ query, failure, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failure error={query.error} {...(failure ? { title: failure } : {})} retry={() => void query.refetch()} />;
  return <Loading lines={4} />;
}
