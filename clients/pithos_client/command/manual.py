"""man."""

import click


@click.command()
@click.argument("name", required=False, metavar="[COMMAND]")
@click.pass_context
def man(context: click.Context, name: str | None) -> None:
    """Print the manual page of all, or of a COMMAND: pithos man | man -l -."""
    from click_man.core import generate_man_page  # no other command needs it

    root = context.find_root()
    commands = root.command.commands if isinstance(root.command, click.Group) else {}
    if name is None:
        click.echo(generate_man_page(root))
        return
    if name not in commands:
        raise click.UsageError(f"there is no command {name!r}")
    click.echo(generate_man_page(click.Context(commands[name], info_name=name, parent=root)))


COMMANDS = (man,)
