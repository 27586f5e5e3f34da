"""Contract types that import-linter lacks; pyproject.toml names them under `contract_types`."""

import sys
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyContract(Contract):
    """A package imports nothing but itself, the standard library and what is named: an allow-list.

    import-linter's own contracts can only name what is forbidden, and the packages that a matcher must not import
    cannot be listed.

    Options:
        packages: the packages under the contract.
        allowed: names of the top-level packages that they may import.
    """

    type_name = "only"

    packages = fields.ListField(subfield=fields.StringField())
    allowed = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect every direct import that leaves the allow-list; an indirect one starts with such an import."""
        broken = []
        for package in cast(list[str], self.packages):
            permitted = {package, *cast(set[str], self.allowed), *sys.stdlib_module_names}
            for importer in sorted({package, *graph.find_descendants(package)}):
                output.verbose_print(verbose, f"Reading what {importer} imports...")
                imported = sorted(graph.find_modules_directly_imported_by(importer))
                broken += [(importer, name) for name in imported if name.partition(".")[0] not in permitted]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each import that is not allowed, one a line."""
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} is not allowed to import {imported}", bold=False)
        output.new_line()
