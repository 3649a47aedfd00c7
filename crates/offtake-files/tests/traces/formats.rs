//! Each format: recognised by its first line, read as it is meant.

use offtake::time::Span;
use offtake_files::trace::{
    Format, Refusal, Trace, Warning, nodes, recognise, sorted, survey, write,
};

use super::*;

#[test]
fn every_format_is_recognised_by_its_first_line() {
    let told = |name: &str| recognise(&sample(name));
    assert_eq!(recognise(b"\xef\xbb\xbfjob_id,submit,gpus,runtime\r\n"), Some(Format::Plain));
    assert_eq!(told("lublin.swf.gz"), Some(Format::Swf));
    assert_eq!(told("hpc2n.swf"), Some(Format::Swf));
    assert_eq!(told("philly.csv.gz"), Some(Format::Philly));
    assert_eq!(told("helios.csv"), Some(Format::Helios));
    assert_eq!(told("acme_seren.csv"), Some(Format::Acme));
    assert_eq!(told("acme_kalos.csv"), Some(Format::Acme));
    assert_eq!(told("openb_pods.csv.gz"), Some(Format::Openb));
    assert_eq!(told("sacct.log"), Some(Format::Sacct));
    assert_eq!(
        (told("tiresias.csv"), told("openb_nodes.csv"), recognise(b"\n")),
        (None, None, None)
    );
    assert!(Format::ALL.iter().all(|it| Format::named(it.name()) == Some(*it)));
}

#[test]
fn what_is_not_known_is_refused_in_words() {
    let why = |text: &[u8], format| Trace::new(text, format).err().unwrap().to_string();
    assert_eq!(
        why(b"name,age\n", None),
        "no known format begins with `name,age`; known: plain, swf, sacct, philly, helios, acme, openb, or a \
         mapping file"
    );
    assert_eq!(
        why(b"job_id,submit,gpus\n", Some(Format::Plain)),
        "there is no column `runtime`; there are `job_id`, `submit`, `gpus`"
    );
    assert_eq!(why(b"\n\r\n", None), "the trace is empty");
}

#[test]
fn the_plain_form_has_seconds_and_may_tell_more() {
    let (jobs, told) = read(
        "job_id,submit,gpus,runtime,walltime,user,priority\n\
        \"a,1\",0,8,3600,7200,ann,5\n2,0.5,1,1.25,,bob,\n",
    );
    assert_eq!(
        (&*jobs[0].id, jobs[0].walltime, jobs[0].priority),
        ("a,1", Some(Span { millis: 7_200_000 }), 5)
    );
    assert_eq!(
        (jobs[1].submit.millis, jobs[1].runtime.millis, jobs[1].walltime),
        (500, 1_250, None)
    );
    assert_eq!((jobs[0].account, jobs[1].account, jobs[1].nth), (0, 1, 1));
    assert_eq!(told, "");
}

#[test]
fn swf_counts_processors_and_tells_its_pool() {
    let lublin = surveyed("lublin.swf.gz");
    assert_eq!(
        (lublin.jobs, lublin.pool, lublin.gpu_time.gpu_millis),
        (300, Some(256), 50_756_380_000)
    );
    assert!(lublin.sorted && lublin.warnings.is_empty() && lublin.walltimes == 0 && !lublin.dated);
    let hpc2n = surveyed("hpc2n.swf");
    assert_eq!((hpc2n.jobs, hpc2n.gpu_time.gpu_millis, hpc2n.pool), (25, 6_851_022_000, None));
    assert!(hpc2n.has_walltime());
}

#[test]
fn swf_knows_what_is_unknown_and_what_is_a_part() {
    let (jobs, told) = read(
        "; MaxNodes: 4\n;MaxProcs: 64 (of which 4 are out)\n\
        1 0.25 0 10.5 -1 -1 -1 4 20 -1 1 3 -1 -1 -1 -1 -1 -1 and more\n\
        2 5 0 -1 4 -1 -1 4 20 -1 0 3 -1 -1 -1 -1 -1 -1\n\
        3 6 0 10 4 -1 -1 4 20 -1 2 3 -1 -1 -1 -1 -1 -1\n",
    );
    assert_eq!(
        (jobs.len(), jobs[0].gpus, jobs[0].submit.millis, jobs[0].runtime.millis),
        (1, 4, 250, 10_500)
    );
    assert_eq!(
        told,
        "1 line lacks a value and is left out (line 4: `runtime` is `-1`)\n\
         1 line is part of another job and left out (line 5: `status` is `2`)\n"
    );
}

#[test]
fn sacct_is_read_with_columns_in_any_order() {
    let text = sample("sacct.log");
    let mut trace = trace(&text);
    let jobs: Vec<Job> = trace.by_ref().collect();
    let ids: Vec<_> = jobs.iter().map(|it| (&*it.id, it.gpus, it.runtime.millis / 1_000)).collect();
    assert_eq!(ids, [("100", 4, 7_200), ("102", 2, 86_405), ("104_7", 1, 300)]);
    let walltimes: Vec<_> = jobs.iter().map(|it| it.walltime.map(|it| it.millis / 1_000)).collect();
    assert_eq!(walltimes, [Some(86_400), None, Some(300)]);
    assert_eq!(trace.accounts().join(" "), "vision speech");
    assert_eq!((trace.kinds().join(" "), jobs[2].kinds), ("a100 h100".to_owned(), 2));
    assert_eq!(
        trace.warnings().to_string(),
        "1 job asks for no GPU and is left out (line 6)\n\
         1 line is part of another job and left out (line 3: `JobID` is `100.batch`)\n\
         1 job never started and is left out (line 4: `state` is `CANCELLED by 77`)\n\
         1 job still ran: kept, with the time until then (line 5: `state` is `RUNNING`)\n"
    );
}

#[test]
fn sacct_without_a_header_has_the_columns_of_open_xdmod() {
    let (jobs, told) = read(
        "7|7|c|p|q|acc|g|1|u|1|2016-12-22T07:15:12|2016-12-22T07:15:12|\
        2016-12-22T07:15:13|2017-01-01T20:42:19|10-13:27:06|0:0|COMPLETED|1|12|12|31000Mn|cpu=12|\
        cpu=12,gres/gpu=2|37-14:00:00|n[1-2]|name\n",
    );
    assert_eq!((&*jobs[0].id, jobs[0].gpus, jobs[0].runtime.millis), ("7", 2, 912_426_000));
    assert_eq!(told, "");
}

#[test]
fn philly_is_not_in_order_and_has_no_ids() {
    let philly = surveyed("philly.csv.gz");
    assert_eq!((philly.jobs, gpu_hours(&philly)), (300, 279.958));
    assert!(philly.dated && !philly.sorted);
    let jobs = sorted(trace(&sample("philly.csv.gz")));
    assert!(jobs.is_sorted_by_key(|it| (it.submit, it.nth)) && jobs.len() == 300);
}

#[test]
fn helios_and_acme_tell_their_ends() {
    let helios = surveyed("helios.csv");
    assert_eq!((helios.jobs, helios.widest, helios.gpu_time.gpu_millis), (3, 4, 713_077_000));
    assert!(helios.warnings.is_empty());
    let seren = surveyed("acme_seren.csv");
    assert_eq!((seren.jobs, seren.gpu_time.gpu_millis), (2, 8 * (117 + 2_693) * 1_000));
    assert_eq!(seren.first.unwrap().to_string(), "2023-02-28T16:18");
    assert!(seren.warnings.is_empty());
}

#[test]
fn the_duration_of_kalos_counts_the_queue_and_is_not_taken() {
    let kalos = surveyed("acme_kalos.csv");
    assert_eq!(kalos.gpu_time.gpu_millis, 64 * (8 + 70) * 1_000);
    assert_eq!(
        kalos.warnings.to_string(),
        "2 jobs have a runtime that is not end less start, which is taken (first: line 2: \
         `runtime` is `18`)\n"
    );
}

#[test]
fn a_pod_with_a_share_gets_a_whole_gpu_and_the_rest_is_counted() {
    let openb = surveyed("openb_pods.csv.gz");
    let count = |warning| openb.warnings.count(warning);
    assert_eq!(
        (count(Warning::NoGpu), count(Warning::NeverStarted), count(Warning::Share)),
        (24, 23, 120)
    );
    assert_eq!((openb.jobs, openb.warnings.left_out()), (353, 47));
    let (jobs, _) = read(
        "name,num_gpu,gpu_milli,gpu_spec,creation_time,deletion_time,scheduled_time\n\
        a,1,250,T4|V100,0,5000,1000\nb,2,1000,,0,5000,1000\nc,1,1000,V100,9,10,9\n",
    );
    let told: Vec<_> = jobs.iter().map(|it| (it.gpus, it.kinds, it.runtime.millis)).collect();
    assert_eq!(told, [(1, 0b11, 4_000_000), (2, 0, 4_000_000), (1, 0b10, 1_000)]);
    let text = "name,num_gpu,gpu_milli,gpu_spec,creation_time,deletion_time,scheduled_time\na,1,250,,0,5,1\n";
    assert_eq!(survey(trace(text.as_bytes())).rounded.gpu_millis, 3_000);
}

#[test]
fn a_list_of_nodes_tells_gpus_and_models() {
    let (list, told) = nodes(&sample("openb_nodes.csv")[..]).unwrap();
    assert_eq!(
        (list.len(), &*list[0].name, list[0].gpus, &*list[0].model),
        (60, "openb-node-0000", 2, "P100")
    );
    assert!(told.is_empty());
    let (list, told) = nodes(&b"sn,gpu,model\na,0,\nb,x,P\nc,1\n"[..]).unwrap();
    assert_eq!((list.len(), told.left_out()), (1, 2));
    assert!(matches!(nodes(&b"sn,gpu\n"[..]), Err(Refusal::NoColumn { .. })));
}

#[test]
fn a_mapping_reads_any_table_in_its_own_unit() {
    let tiresias = survey(mapped(&sample("tiresias.csv"), TIRESIAS));
    assert_eq!((tiresias.jobs, tiresias.gpu_time.gpu_millis), (60, 26_624_000));
    let chronus = survey(mapped(&sample("chronus.csv.gz"), CHRONUS));
    assert_eq!((chronus.jobs, chronus.gpu_time.gpu_millis), (299, 252_431 * 60_000));
    assert_eq!(chronus.warnings.count(Warning::NoGpu), 1);
    let gaia = survey(mapped(&sample("gaia.csv.gz"), GAIA));
    assert_eq!((gaia.jobs, gpu_hours(&gaia), gaia.sorted), (300, 2024.947, true));
}

#[test]
fn a_mapping_tells_places_origin_delimiter_and_units_of_each() {
    let mapping = r#"
        has_header = false
        delimiter  = ";"
        origin     = 2020-01-01
        units      = { submit = "h", runtime = "ms" }
        columns    = { submit = 1, runtime = 3, gpus = 2 }
    "#;
    let mut trace = mapped(b"24;8;1500\n25;1;1\n", mapping);
    let jobs: Vec<Job> = trace.by_ref().collect();
    assert_eq!(
        (jobs[0].submit.to_string(), jobs[0].runtime.millis),
        ("2020-01-02".to_owned(), 1_500)
    );
    assert_eq!((&*jobs[1].id, trace.is_dated()), ("2", true));
}

#[test]
fn a_wrong_mapping_is_refused_with_its_place() {
    let why = |text: &str| Mapping::read(text).err().unwrap().to_string();
    assert!(why("unit = \"s\"").contains("unit = \"s\""));
    let columns = "columns = { submit = \"a\", gpus = \"b\", runtime = \"c\" }\n";
    assert_eq!(why(&format!("origin = 5\n{columns}")), "the mapping file: `origin` is a date or 0");
    assert!(why(&format!("delimiter = \"\u{e9}\"\n{columns}")).contains("one ASCII sign"));
    let lone = "columns = { submit = \"a\", gpus = \"b\", start = \"c\" }";
    assert_eq!(why(lone), "the mapping file: `start` and `end` go together");
    let mapping = Mapping::read(columns).unwrap();
    let refusal = Trace::mapped(&b"a,b\n1,2\n"[..], &mapping).err().unwrap();
    assert_eq!(refusal.to_string(), "there is no column `c`; there are `a`, `b`");
}

#[test]
fn jobs_are_written_as_they_were_read() {
    let samples = ["philly.csv.gz", "openb_pods.csv.gz", "hpc2n.swf", "acme_seren.csv"];
    for name in samples {
        let text = sample(name);
        let mut source = trace(&text);
        let jobs: Vec<Job> = source.by_ref().collect();
        let mut plain = Vec::new();
        write(&jobs, source.accounts(), source.kinds(), &mut plain).unwrap();
        let again: Vec<Job> = trace(&plain).collect();
        assert_eq!(jobs, again, "{name}");
    }
}
