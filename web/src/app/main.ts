import { mount } from 'svelte'
import '../parts/page.css'
import './app.css'
import { look, type Theme } from '../parts/look.svelte'
import App from './App.svelte'

look.theme = (localStorage.getItem('theme') ?? 'system') as Theme
mount(App, { target: document.getElementById('page')! })
