//! Whole traces beside the project, if they are there: counts and sums as others computed them.

use std::path::PathBuf;

use offtake_files::trace::{Warning, nodes};

use super::*;

/// A file of the traces beside the project.
fn beside(name: &str) -> Option<Vec<u8>> {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !data.exists() {
        println!("skipped: no traces beside the project");
        return None;
    }
    Some(bytes(&data.join(name)))
}

/// What is said of jobs and sums: jobs, GPU-hours, in order.
fn told(survey: &Survey) -> (u64, f64, bool) {
    (survey.jobs, gpu_hours(survey), survey.sorted)
}

#[test]
fn philly() {
    let Some(text) = beside("philly-jobs/philly_vc_sample.csv.gz") else { return };
    let mut trace = trace(&text);
    let mut of_account = [0; 3];
    trace.by_ref().for_each(|job| of_account[job.account as usize] += 1);
    let names: Vec<_> = trace.accounts().iter().map(|it| &**it).zip(of_account).collect();
    assert_eq!(names, [("6214e9", 41_226), ("b436b2", 7_423), ("2869ce", 422)]);
    let philly = survey(super::trace(&text));
    assert_eq!(told(&philly), (49_071, 303_619.466, false));
    assert_eq!(philly.first.unwrap().millis, 1_504_756_737_000);
    assert_eq!(philly.last.unwrap().millis, 1_513_928_473_000);
    assert_eq!(philly.warnings.left_out(), 0);
    assert!((15..=35).contains(&philly.warnings.count(Warning::Alike)));
}

#[test]
fn tiresias_and_chronus() {
    let Some(text) = beside("tiresias-csv/60_job.csv") else { return };
    let tiresias = survey(mapped(&text, TIRESIAS));
    assert_eq!(
        (tiresias.jobs, tiresias.gpu_time.gpu_millis, tiresias.sorted),
        (60, 26_624_000, true)
    );
    assert_eq!((tiresias.first.unwrap().millis, tiresias.last.unwrap().millis), (0, 1_779_000));
    let Some(text) = beside("tiresias-csv/trace_job_Philly_SLO.csv.gz") else { return };
    let chronus = survey(mapped(&text, CHRONUS));
    assert_eq!((chronus.jobs + chronus.warnings.left_out(), chronus.sorted), (30_940, false));
    assert_eq!(chronus.warnings.count(Warning::NoGpu), 205);
    assert_eq!(chronus.gpu_time.gpu_millis, 22_110_655 * 60_000);
    assert_eq!(chronus.last.unwrap().millis, 20_151 * 60_000);
}

#[test]
fn gaia() {
    let Some(text) = beside("generic-jobs-csv/pai-2020-gaia.csv.gz") else { return };
    let gaia = survey(mapped(&text, GAIA));
    assert_eq!((told(&gaia), gaia.widest), ((30_000, 298_066.691, true), 400));
    assert_eq!(gaia.last.unwrap().millis, 9_667_114_000);
}

#[test]
fn swf() {
    let Some(text) = beside("swf/lublin_256.swf.gz") else { return };
    let lublin = survey(trace(&text));
    assert_eq!((lublin.jobs, lublin.pool, lublin.sorted), (10_000, Some(256), true));
    assert_eq!(lublin.gpu_time.gpu_millis, 2_092_781_168_000);
    assert_eq!(
        (lublin.first.unwrap().millis, lublin.last.unwrap().millis),
        (5_094_000, 7_711_701_000)
    );
    let Some(text) = beside("swf/accasim_hpc2n_excerpt.swf") else { return };
    let hpc2n = survey(trace(&text));
    assert_eq!((hpc2n.jobs, hpc2n.gpu_time.gpu_millis, hpc2n.sorted), (25, 6_851_022_000, true));
    let Some(text) = beside("swf/easy_mediumWL_smallPF.swf") else { return };
    let evalys = survey(trace(&text));
    assert_eq!((evalys.jobs, evalys.gpu_time.gpu_millis, evalys.sorted), (800, 256_361_954, false));
    assert_eq!((evalys.last.unwrap().millis, evalys.has_walltime()), (10_759_739, true));
}

#[test]
fn sacct() {
    let Some(text) = beside("slurm-sacct/phillips_first_65pct.log.gz") else { return };
    let sacct = survey(trace(&text));
    assert_eq!((sacct.jobs, sacct.warnings.count(Warning::NoGpu)), (1, 2_784));
    assert_eq!(sacct.warnings.left_out(), 2_784);
    assert_eq!((sacct.gpu_time.hours() * 1e4).round() / 1e4, 506.9033);
}

#[test]
fn openb() {
    let Some(text) = beside("alibaba-openb-2023/openb_pod_list_default_first5000.csv.gz") else {
        return;
    };
    let openb = survey(trace(&text));
    let count = |warning| openb.warnings.count(warning);
    assert_eq!((count(Warning::NoGpu), count(Warning::NeverStarted)), (731, 419));
    assert_eq!(openb.jobs + openb.warnings.left_out(), 5_000);
    // The reference counts from creation, pods that never started too, and shares as shares.
    let whole = survey(mapped(
        &text,
        r#"
        [columns]
        id     = "name"
        submit = "creation_time"
        start  = "creation_time"
        end    = "deletion_time"
        gpus   = "num_gpu"
        share  = "gpu_milli"
        kinds  = "gpu_spec"
        "#,
    ));
    assert_eq!((whole.jobs, whole.warnings.count(Warning::Share)), (4_269, 1_833));
    let meant = whole.gpu_time.hours() - whole.rounded.hours();
    assert_eq!((meant * 1e3).round() / 1e3, 47_844.356);
    let Some(text) = beside("alibaba-openb-2023/openb_node_list_gpu_node.csv") else { return };
    let (list, told) = nodes(&text[..]).unwrap();
    assert_eq!((list.len(), list.iter().map(|it| it.gpus).sum::<i64>()), (1_213, 6_212));
    assert!(told.is_empty());
}

#[test]
fn documented_rows_and_the_jobs_of_other_schedulers() {
    for name in ["helios_cluster_log.csv", "acme_trace_seren.csv", "acme_trace_kalos.csv"] {
        let Some(text) = beside(&format!("documented-rows/{name}")) else { return };
        let lines = text.iter().filter(|it| **it == b'\n').count() as u64;
        assert_eq!(survey(trace(&text)).jobs, lines - 1, "{name}");
    }
    let Some(text) = beside("../reference/scheduling/jobs.csv") else { return };
    let jobs = survey(trace(&text));
    assert_eq!((jobs.jobs, jobs.sorted, jobs.has_walltime()), (2_000, true, true));
    assert_eq!(jobs.warnings.to_string(), "");
}
