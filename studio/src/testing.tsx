import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { theme } from "./theme";

/** Draws a component as it is drawn in Studio: with the theme, the server's data, and addresses. For tests. */
export async function draw(children: ReactNode): Promise<void> {
  const router = createRouter({ routeTree: createRootRoute({ component: () => <main data-testid="drawn">{children}</main> }), history: createMemoryHistory() });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  await screen.findByTestId("drawn");
}
