-- A retried worker must not record a stage twice.
alter table job_stages add constraint job_stages_job_name_key unique (job_id, name);
