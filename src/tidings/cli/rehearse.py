"""`tidings rehearse`: play providers against local services that behave as documented, and misbehave on request."""

import asyncio

import click

from tidings.cli.exits import FAILED, OK
from tidings.cli.output import lines, plain
from tidings.errors import ConfigurationError


@click.command("rehearse", help="Play providers against local services that behave, and misbehave, as real ones do.")
@click.argument("providers", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line for each scene.")
@click.option("--product", is_flag=True, help="Let a server of its own send by them, with webhooks and failover.")
@click.option("--failed", "only_failed", is_flag=True, help="Show only what did not go as it should.")
def rehearse_command(*, providers: tuple[str, ...], as_json: bool, product: bool, only_failed: bool) -> int:
    """Rehearse these providers, or all of them. Needs the extra `testing`, sends nothing anywhere."""
    try:
        from tidings.testing.rehearsal import REHEARSED, rehearse  # noqa: PLC0415 - it needs the extra `testing`
        from tidings.testing.rehearsal_product import PLAYED, rehearse_product  # noqa: PLC0415 - as above
        from tidings.testing.scene import Scene  # noqa: PLC0415 - as above
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{error.name} is missing: pip install 'tidings[testing]'") from None
    known = PLAYED if product else REHEARSED
    if unknown := sorted(set(providers) - known):
        raise ConfigurationError(f"nothing to rehearse {unknown[0]!r} with; there are {', '.join(sorted(known))}")

    async def play() -> list[Scene]:
        scenes = []
        async for scene in (rehearse_product if product else rehearse)(sorted(providers or known)):
            scenes.append(scene)
            if not as_json and not (only_failed and scene.ok):
                _print(scene)
        return scenes

    def _print(scene: Scene) -> None:
        mark = click.style("✓", fg="green") if scene.ok else click.style("✗", fg="red")
        words = plain(scene.scene)[:42]
        click.echo(f"{mark} {scene.provider:<16} {words:<42} {scene.outcome:<24} {scene.took_s * 1000:>6.0f} ms")

    scenes = asyncio.run(play())
    if as_json:
        lines(
            {"provider": one.provider, "scene": one.scene, "outcome": one.outcome, "ok": one.ok, "took_s": one.took_s}
            for one in scenes
            if not (only_failed and one.ok)
        )
    wrong = sum(not scene.ok for scene in scenes)
    if not as_json:
        click.echo(f"{len(scenes)} scenes, {wrong} not as they should be")
    return FAILED if wrong else OK
