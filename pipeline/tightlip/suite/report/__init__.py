"""The report: one page for a run, made to be read by a person who does not program.

=============  ==============================================================================================
`document`     reads what ``tightlip check --format json`` wrote, and says what is wrong with another file
`figures`      counts: by class, and the scoreboard
`words`        the sentences on top
`planted`      finds made-up values in texts, to mark them
`rows`         lays what left beside what went in, field by field
`reasons`      why: from the stages that made it so, or not at all
`markup`       text as HTML
`case_view`    one case as HTML
`page`         the whole page
=============  ==============================================================================================
"""
