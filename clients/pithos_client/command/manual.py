"""man."""

import click


@click.command()
@click.argument("name", required=False, metavar="[COMMAND]")
@click.pass_context
def man(context: click.Context, name: str | None) -> None:
    """Print the manual page of all, or of a COMMAND: pithos man | man -l -."""
    from click_man.core import generate_man_page  # no other command needs it

    root = context.find_root()
    commands = _all(root)
    if name is None:
        click.echo(generate_man_page(root))
        return
    if name not in commands:
        raise click.UsageError(f"there is no command {name!r}")
    click.echo(generate_man_page(click.Context(commands[name], info_name=name, parent=root)))


def _all(root: click.Context) -> dict[str, click.Command]:
    """Return the commands of a program by name, each of which is known from then on."""
    program = root.command
    if not isinstance(program, click.Group):
        return {}
    found = {name: program.get_command(root, name) for name in program.list_commands(root)}
    return {name: command for name, command in found.items() if command}


COMMANDS = (man,)
