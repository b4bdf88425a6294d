-- What a visit brought is read with every view of the visit.
create index problem_result_by_visit on problem_result (visit_id);
