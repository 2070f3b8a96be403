"""Tables in Markdown and LaTeX, with the best value of a column bold, the second underlined."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Table:
    """A table of numbers."""

    title: str
    corner: str  # heading of the column of row names
    rows: list
    columns: list
    values: list  # of list; numbers by row and column; None where missing
    # for each column 1 if higher is better, -1 if lower is better, 0 for no ranking
    directions: list = field(default_factory=list)
    digits: list = field(default_factory=list)  # number of decimals of each column

    def with_column(self, name, values, direction, digits):
        """Return a copy of the table with a further column at the right."""
        return replace(
            self,
            columns=[*self.columns, name],
            values=[[*row, value] for row, value in zip(self.values, values)],
            directions=[*self.directions, direction],
            digits=[*self.digits, digits],
        )

    def markdown(self):
        """Format as Markdown, with the title as heading."""
        return f"### {self.title}\n\n{self.markdown_rows()}"

    def markdown_rows(self):
        """Format as Markdown, without heading."""
        marks = {1: "**{}**", 2: "<u>{}</u>", 0: "{}"}
        lines = [_row([self.corner, *self.columns]), _row(["---"] + ["---:"] * len(self.columns))]
        lines += [_row([name, *cells]) for name, cells in zip(self.rows, self._texts(marks, "-"))]
        return "\n".join(lines) + "\n"

    def latex(self):
        """Format as a LaTeX table environment (package booktabs)."""
        marks = {1: r"\textbf{{{}}}", 2: r"\underline{{{}}}", 0: "{}"}
        body = zip(self.rows, self._texts(marks, "--"))
        lines = [
            r"\begin{table}",
            rf"\caption{{{_escaped(self.title)}}}",
            rf"\begin{{tabular}}{{l{'r' * len(self.columns)}}}",
            r"\toprule",
            _latex_row([self.corner, *self.columns]),
            r"\midrule",
            *(_latex_row([name, *cells], escape=1) for name, cells in body),
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
        ]
        return "\n".join(lines) + "\n"

    def _texts(self, marks, missing):
        ranks = [self._ranks(column) for column in range(len(self.columns))]
        return [
            [
                missing
                if value is None
                else marks[ranks[c].get(round(value, self.digits[c]), 0)].format(
                    f"{value:.{self.digits[c]}f}"
                )
                for c, value in enumerate(row)
            ]
            for row in self.values
        ]

    def _ranks(self, column):
        """Map the two best rounded values to ranks, 1 and 2; equal values share a rank."""
        shown = {
            round(row[column], self.digits[column])
            for row in self.values
            if row[column] is not None
        }
        if not self.directions[column] or len(self.rows) < 2:
            return {}
        best = sorted(shown, reverse=self.directions[column] > 0)[:2]
        return {value: rank for rank, value in enumerate(best, 1)}


def _row(cells):
    return "| " + " | ".join(cells) + " |"


def _latex_row(cells, escape=None):
    cells = [_escaped(c) for c in cells[:escape]] + list(cells[escape:] if escape else [])
    return " & ".join(cells) + r" \\"


def _escaped(text):
    return text.replace("_", r"\_").replace("%", r"\%").replace("&", r"\&")
